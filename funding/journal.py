"""The journal reads the sentences of this app's events from the verbs that write them."""

from funding import awards, decisions

VERBS = (awards, decisions)
