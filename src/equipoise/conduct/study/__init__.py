"""Study set-up: protocol versions, amendments, sites, consent versions."""
