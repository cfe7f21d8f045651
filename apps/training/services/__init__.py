"""What can be done in training, one function per verb."""
