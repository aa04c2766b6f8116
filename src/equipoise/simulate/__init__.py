"""Virtual participants: what a trial would look like if a truth file were true."""
