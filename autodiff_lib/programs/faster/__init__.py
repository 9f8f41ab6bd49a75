"""Passes that only make programs faster: each can be left out, and the program is right."""
