"""The Common Transfer File, in which schools in England pass a pupil's record on: read with suspicion, written in part."""
