"""The sending side: thin jobs, the timetable and the SMTP engine. Stands on app, never the other way round."""
