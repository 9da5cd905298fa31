-- A shop of form 0009, with something in every table. Never changed: it is what people have on their disks.
INSERT INTO household (id, name, created_at, audited) VALUES (1, 'Rossi', '2026-11-01 08:00:00', 2);
INSERT INTO person (id, name, role, language, theme, sees_household, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 'Anna', 'admin', 'it', 'dark', false, 1, '2026-11-01 08:00:00', '2026-11-01 08:00:00', NULL, 1),
 (2, 'Niccolò', 'member', NULL, NULL, true, 1, '2026-11-01 08:00:00', '2026-11-02 08:00:00', '2026-11-02 08:00:00', 2);
INSERT INTO channel_account (id, person_id, channel, market, name, credentials, oauth_expires_at, settings, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 1, 'vinted', 'it', 'anna_r', NULL, NULL, '{}', 1, '2026-11-01 08:00:00', '2026-11-01 08:00:00', NULL, 1),
 (2, 1, 'mail', 'it', 'anna@example.org', X'67414141414100ff', '2026-12-01 08:00:00', '{"server": "imap.example.org"}', 1, '2026-11-01 08:00:00', '2026-11-01 08:00:00', NULL, 3);
INSERT INTO item (id, person_id, sku, place, cost, currency, bought_on, proof, notes, tags, edited, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 1, 'A-1', 'scatola 3', 1250, 'EUR', '2024-05-31', 'scontrino', 'con “virgolette” e ''apici''', '["estate", "seta"]', '["cost"]', 1, '2026-11-01 08:00:00', '2026-11-03 08:00:00', NULL, 4),
 (2, NULL, 'A-2', NULL, NULL, 'EUR', NULL, NULL, NULL, '[]', '[]', 1, '2026-11-01 08:00:00', '2026-11-01 08:00:00', NULL, 1);
INSERT INTO listing (id, item_id, account_id, external_id, url, quantity, state, reason, title, description, catalog_id, brand, size, condition_id, colour, second_colour, material, parcel_size, asked, currency, listed_at, ended_at, edited, search_text, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 1, 1, 12345678901, 'https://www.vinted.it/items/12345678901', 1, 'sold', NULL, 'Abito lungo di seta', 'Mai messo', 1035, 'Zara', 'M', 2, 'nero', NULL, 'seta', 'small', 2400, 'EUR', '2026-11-02 09:30:00', '2026-11-10 18:00:00', '["title"]', 'abito lungo seta zara', 1, '2026-11-01 08:00:00', '2026-11-10 18:00:00', NULL, 7),
 (2, 2, 1, NULL, NULL, 1, 'draft', 'waits for photos', 'Borsa', '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'EUR', NULL, NULL, '[]', '', 1, '2026-11-01 08:00:00', '2026-11-01 08:00:00', NULL, 1);
INSERT INTO listing_price (listing_id, at, asked, currency, source, household_id) VALUES
 (1, '2026-11-02 09:30:00', 2800, 'EUR', 'archive', 1), (1, '2026-11-05 09:30:00', 2400, 'EUR', 'Anna', 1);
INSERT INTO listing_stat_day (listing_id, day, source, views, favourites, asked, currency, household_id) VALUES
 (1, '2026-11-09', 'crawl', 112, 9, 2400, 'EUR', 1), (1, '2026-11-09', 'archive', NULL, NULL, NULL, NULL, 1);
INSERT INTO photo (id, item_id, sha256, position, is_primary, quarters, household_id) VALUES
 (1, 1, 'aa00000000000000000000000000000000000000000000000000000000000001', 0, true, 3, 1),
 (2, 1, 'aa00000000000000000000000000000000000000000000000000000000000002', 1, false, 0, 1);
INSERT INTO deleted_photo (id, item_id, sha256, quarters, position, deleted_at, household_id) VALUES
 (1, 1, 'aa00000000000000000000000000000000000000000000000000000000000003', 1, 2, '2026-11-03 08:00:00', 1);
INSERT INTO "order" (id, account_id, external_id, kind, state, stranger_hash, ordered_at, completed_at, asked, paid, fee, shipping, received, currency, source, edited, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 1, '998877', 'sale', 'completed', 'bb00000000000000000000000000000000000000000000000000000000000001', '2026-11-08 20:15:00', '2026-11-15 10:00:00', 2400, 2200, 190, 399, 2200, 'EUR', 'mail', '[]', 1, '2026-11-08 20:20:00', '2026-11-15 10:05:00', NULL, 3),
 (2, 1, NULL, 'purchase', 'cancelled', NULL, '2026-11-09 20:15:00', NULL, NULL, NULL, NULL, NULL, NULL, 'EUR', 'archive', '["paid"]', 1, '2026-11-09 20:20:00', '2026-11-09 20:20:00', NULL, 1);
INSERT INTO order_line (id, order_id, listing_id, title, price, household_id) VALUES
 (1, 1, 1, 'Abito lungo di seta', 2200, 1), (2, 2, NULL, 'Cintura', NULL, 1);
INSERT INTO shipment (id, order_id, send_by, sent_at, carrier, tracking, label_sha256, label_name, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 1, '2026-11-12 23:59:59', '2026-11-10 18:00:00', 'InPost', 'IT123', 'cc00000000000000000000000000000000000000000000000000000000000001', 'etichetta.pdf', 1, '2026-11-08 20:20:00', '2026-11-10 18:00:00', NULL, 2);
INSERT INTO expense (id, person_id, item_id, spent_on, amount, currency, purpose, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 1, NULL, '2026-11-03', 1599, 'EUR', 'buste', 1, '2026-11-03 08:00:00', '2026-11-03 08:00:00', NULL, 1);
INSERT INTO note (id, about, about_id, person_id, text, household_id, created_at, changed_at, deleted_at, version) VALUES
 (1, 'item', 1, 1, 'chiede sempre lo sconto', 1, '2026-11-03 08:00:00', '2026-11-03 08:00:00', NULL, 1);
INSERT INTO audit_event (household_id, number, at, person_id, deed, about, about_id, before, after, batch) VALUES
 (1, 1, '2026-11-01 08:00:00', NULL, 'import archive', 'item', 1, '{}', '{"sku": "A-1"}', NULL),
 (1, 2, '2026-11-05 09:30:00', 1, 'reprice', 'listing', 1, '{"asked": "28.00"}', '{"asked": "24.00"}', 'b1');
INSERT INTO import (id, kind, person_id, file_sha256, file_name, begun_at, ended_at, counts, report, household_id) VALUES
 (1, 'archive', 1, 'dd00000000000000000000000000000000000000000000000000000000000001', 'anna.zip', '2026-11-01 08:00:00', '2026-11-01 08:01:00', '{"listings": 2}', '{}', 1);
INSERT INTO review (id, import_id, key, reason, facts, decision, decided_at, household_id) VALUES
 (1, 1, 'ee00000000000000000000000000000000000000000000000000000000000001', 'two fit', '{"title": "Borsa"}', NULL, NULL, 1);
INSERT INTO column_mapping (head_sha256, household_id, columns, used_at) VALUES
 ('ff00000000000000000000000000000000000000000000000000000000000001', 1, '{"Titolo": "title"}', '2026-11-04 08:00:00');
INSERT INTO follow (household_id, id, name, query_key, query, created_at, paused, position) VALUES
 (1, 'abiti', 'Abiti', '1100000000000abc', '{"market": "it", "catalog": [1035, "Donna > Abiti"]}', '2026-11-01 08:00:00', false, 3);
INSERT INTO evidence (id, account_id, key, kind, thread, source, at, facts, household_id) VALUES
 (1, 1, '22000000000000000000000000000000000000000000000000000000000000ab', 'sold', '33000000000000000000000000000000000000000000000000000000000000ab', 'mail', '2026-11-08 20:15:00', '{"title": "Abito"}', 1);
INSERT INTO search_word (household_id, word) VALUES (1, 'abito'), (1, 'seta');
INSERT INTO duplicate_decision (id, item_id, other, other_item_id, decision, decided_by, decided_at, household_id) VALUES
 (1, 1, 'vinted it 7000000001', NULL, 'same', 1, '2026-11-16 08:00:00', 1);
INSERT INTO studio_draft (listing_id, language, tone, facts, analysis, texts, changed_at, household_id) VALUES
 (1, 'it', 'friendly', '{"flaws": "macchia"}', '{}', '{}', '2026-11-05 09:30:00', 1);
INSERT INTO assistant_use (id, person_id, at, job, backend, model, seconds, tokens_read, tokens_written, cost, trouble, household_id) VALUES
 (1, 1, '2026-11-17 08:00:00', 'write', 'OpenAI-compatible', 'small', 2.5, 300, 40, 215, NULL, 1),
 (2, NULL, '2026-11-17 08:01:00', 'look', 'Ollama', 'moondream', 180.25, NULL, NULL, 0, 'AssistantTooSlow', 1);
INSERT INTO credential (person_id, password, password_at, code_secret, code_since, code_step, household_id) VALUES
 (1, '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2E$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g', '2026-11-18 08:00:00', X'67414141414100fe', '2026-11-18 08:05:00', 59841890, 1),
 (2, NULL, NULL, NULL, NULL, NULL, 1);
INSERT INTO web_session (id, person_id, token_sha256, begun_at, seen_at, ends_at, over_at, address, browser, household_id) VALUES
 (1, 1, '44000000000000000000000000000000000000000000000000000000000000ab', '2026-11-18 08:00:00', '2026-11-19 08:00:00', '2026-12-03 08:00:00', '2027-02-16 08:00:00', '192.168.1.20', 'Firefox', 1);
INSERT INTO sign_in_link (id, kind, person_id, token_sha256, made_at, ends_at, used_at, household_id) VALUES
 (1, 'first', 1, '55000000000000000000000000000000000000000000000000000000000000ab', '2026-11-18 07:59:00', '2026-11-25 07:59:00', '2026-11-18 08:00:00', 1),
 (2, 'invitation', 2, '55000000000000000000000000000000000000000000000000000000000000ac', '2026-11-18 08:10:00', '2026-11-25 08:10:00', NULL, 1);
INSERT INTO sign_in_try (key, person_id, tries, last_at, until, household_id) VALUES
 ('person 1', 1, 6, '2026-11-18 09:00:00', '2026-11-18 09:01:00', 1),
 ('address 203.0.113.7', NULL, 6, '2026-11-18 09:00:00', NULL, 1);
INSERT INTO sign_in_address (person_id, address, last_at, household_id) VALUES (1, '192.168.1.20', '2026-11-18 08:00:00', 1);
INSERT INTO alert (id, key, level, text, next_step, facts, href, for_admins, begun_at, last_at, times, ended_at, told_at, sent, household_id) VALUES
 (1, 'quiet:it', 'warn', 'Nothing has come in since {at}.', '`vopt collect` brings it up to date.', '{"at": {"moment": "2026-11-15T08:00:00+00:00"}}', '/follow', true, '2026-11-17 08:00:00', '2026-11-17 09:00:00', 2, NULL, '2026-11-17 08:05:00', '{"aa11": "2026-11-17T08:05:00+00:00"}', 1),
 (2, 'quiet:it', 'warn', 'Nothing has come in since {at}.', '', '{}', '', false, '2026-11-10 08:00:00', '2026-11-10 08:00:00', 1, '2026-11-11 08:00:00', NULL, '{}', 1);
INSERT INTO alert_seen (alert_id, person_id, seen_at, household_id) VALUES (1, 1, '2026-11-17 10:00:00', 1);
