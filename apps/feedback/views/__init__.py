"""Pages of feedback: public ones (rate, results, complain) and those of the offices."""
