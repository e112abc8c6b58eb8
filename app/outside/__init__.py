"""What lies outside this machine and is only asked, never told anything: links of letters, DNS, a spam filter."""
