"""The middle floor: questions become cited answers, over REST and in the terminal."""
