"""What marketers write as source, MJML or HTML: read, checked against tables, written anew, and made a letter."""
