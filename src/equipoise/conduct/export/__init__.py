"""What goes out of a trial, by role; a blinded person's export cannot hold an arm."""
