"""The team's screens: one file a noun. They read requests, call verbs and questions, and render; nothing else."""
