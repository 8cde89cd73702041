"""Who is near whom, and who says otherwise?"""
