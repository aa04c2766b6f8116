"""Simulated participants: what a trial would look like if a scenario file were true."""
