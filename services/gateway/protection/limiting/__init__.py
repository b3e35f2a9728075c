"""How much of the service one person, program or address may take, whichever of several gateways is asked."""
