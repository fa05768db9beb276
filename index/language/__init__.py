"""The Chinese of official reports: text, words, sentences, numerals, figures and times."""
