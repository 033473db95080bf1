"""The journal reads the sentences of this app's events from the verbs that write them."""

from funding import awards, decisions, installation, taking_over

VERBS = (awards, decisions, installation, taking_over)
