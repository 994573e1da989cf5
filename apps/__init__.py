"""Applications, their environments, teams and platform versions."""
