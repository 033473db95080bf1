"""The colour of every badge, decided once. The label always says it too: a colour is never the only sign."""

INFO, DONE, WAIT, BAD, ASIDE, PLAIN = "info", "success", "warning", "error", "purple-glycine", ""

# A code of a choice, or the label where a state is computed (a séance, the stage of an award) -> the colour.
COLOURS = {
    # the file
    **dict.fromkeys(["draft", "renounced", "abandoned", "withdrawn", "closed"], PLAIN),
    **dict.fromkeys(["submitted", "admissible", "in_review", "reviewed", "scheduled", "report_submitted"], INFO),
    **dict.fromkeys(["to_complete", "report_due", "report_to_correct"], WAIT),
    **dict.fromkeys(["approved", "approved_with_conditions", "under_way", "report_accepted"], DONE),
    **dict.fromkeys(["inadmissible", "rejected", "report_missing"], BAD),
    **dict.fromkeys(["waitlisted", "postponed"], ASIDE),
    # what a co-funder answers
    "asked": WAIT,
    "promised": INFO,
    "confirmed": DONE,
    "refused": BAD,
    # the money of an award
    "Sans montant": PLAIN,
    **dict.fromkeys(["Programmé", "Engagé"], INFO),
    "Payé en partie": WAIT,
    "Payé": DONE,
    # a document of the wallet
    "Valable": DONE,
    "Bientôt périmée": WAIT,
    "Périmée": BAD,
    "joined_piece": DONE,
    "missing_piece": WAIT,
    # a budget revised after a cut
    "submitted_budget": WAIT,
    "accepted_budget": DONE,
    # a call in preparation, then published
    "call_prepared": PLAIN,
    "call_asked": WAIT,
    "call_refused": BAD,
    "call_to_come": INFO,
    "call_published": INFO,
    "call_open": DONE,
    "call_closed": PLAIN,
    # the séance
    "En préparation": PLAIN,
    "En cours": INFO,
    "Close": DONE,
    # what an institution thinks
    "favorable": DONE,
    "favorable_avec_reserve": WAIT,
    "defavorable": BAD,
    "sans_avis": PLAIN,
    "deport": ASIDE,
}
