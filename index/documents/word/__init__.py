"""Word documents (.docx): a walk over their XML that keeps what Word prints, automatic numbers among it."""
