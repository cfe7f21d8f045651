"""Closing a period for a whole region: a handful of statements per chunk of units, no loop over people.

    runs        chunks, their run rows, what is done again and what is skipped
    writing     one chunk: scope, figures, evaluations, who is told
    scope       who is in, on which days, and whose evaluation is left alone
    voices      what citizens say about the units
    appraising  who appraises, as part of a statement
    statement   the one that reads, computes, compares and writes
    rule_sql    the rules as expressions, made of the same tables as the pure functions

Decision and measurements: docs/decisions/0014-set-based-engine.md.
"""
