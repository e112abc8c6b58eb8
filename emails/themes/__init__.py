"""The looks a letter can wear: tokens, blocks as MJML, and the few words a letter says by itself."""
