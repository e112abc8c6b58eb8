"""What the screens' forms ask for, one file a noun; the rules themselves are the verbs'."""
