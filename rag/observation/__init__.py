"""What an operator sees of a server: its log, and who changed what.

logs.py           lines for people or for machines, each with the id of its request
request_log.py    one line a request, and the id that its client hears, too
audit.py          actions of management, kept in the data folder
"""
