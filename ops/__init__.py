"""How the portal is set up, started and tested on one machine; the portal never imports this package."""
