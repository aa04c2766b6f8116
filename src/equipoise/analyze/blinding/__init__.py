"""Assessment of blinding: guesses, blinding indices, influence on the effect."""
