"""An earlier exam day, made in the background once the demonstration stands, stage by stage."""
