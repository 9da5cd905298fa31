SELECT place, brand, search, score, favourites_score, sold_score, scarcity_score, listings, price_eur_median
FROM demand_ranking
WHERE brand IS NOT NULL AND listings >= 20
ORDER BY place, brand
LIMIT 50
