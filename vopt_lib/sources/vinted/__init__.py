"""This is where Vinted's web API is spoken: session, pacing, query, parse, crawl, consent."""
