"""The step `track`: what came back in the mail. Mail in is read here and nowhere else; nothing here sends any."""
