"""How likely is this counterfeit, and why? Pure: no Flask, SQL, network or clock."""
