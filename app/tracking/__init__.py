"""What letters call by themselves or by a click: no cookies, no session, no page of its own."""
