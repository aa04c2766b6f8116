"""What keeps the application running: set-up, checks, anchors, backup, health."""
