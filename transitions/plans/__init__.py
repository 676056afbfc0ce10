"""The person-centred plan: its questions, its life, what it holds and how it is read."""
