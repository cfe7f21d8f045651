"""Improvement plans inside an office: the plan, one item, a page or button for each verb, steps and proofs."""
