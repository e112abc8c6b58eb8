"""What `letterwright up` starts on one machine: supervisor, Valkey, and the mail catcher with its inbox."""
