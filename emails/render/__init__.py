"""Letters made ready: MJML to HTML, blocks to text, merge tags to segments, and one letter a person."""
