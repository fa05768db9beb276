"""What the page reads out of reports, before it is shown: terms named, questions to put."""
