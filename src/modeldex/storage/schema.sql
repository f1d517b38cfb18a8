-- One catalog: every model at one moment. Written once, published whole, never changed.
-- Times are RFC 3339 text in UTC ending in Z, days are YYYY-MM-DD, truths are 0 or 1.
-- NULL means unknown: never no, never zero, never empty.

-- What the file says of itself. The pragma user_version is the format of these tables.
CREATE TABLE meta (
    key TEXT PRIMARY KEY,  -- format, published_at (time), models (how many there are)
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Who answers calls: one row per provider.
CREATE TABLE provider (
    id TEXT PRIMARY KEY,  -- such as groq
    name TEXT NOT NULL,
    key TEXT NOT NULL,  -- for what a key is wanted: listing (list and models), calling (models), never
    key_env TEXT NOT NULL,  -- JSON array: environment variables that may hold the key
    key_url TEXT,  -- where a person gets a key; NULL: not known
    docs_url TEXT,  -- NULL: not known
    recommended TEXT,  -- native id of its model to start with; NULL: none is proposed
    local INTEGER NOT NULL,  -- 1: a server on the user's own machine
    row TEXT NOT NULL  -- JSON object: the whole provider row
) STRICT;

-- One connection (provider, address and key) and the list that is shown for it.
CREATE TABLE listing (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    connection TEXT NOT NULL UNIQUE,  -- reveals neither address nor key
    tier TEXT NOT NULL,  -- live, live-with-key, manifest
    callable INTEGER NOT NULL,  -- 1: a key is there, or none is needed
    hash TEXT NOT NULL,  -- SHA-256 of the raw listing, hexadecimal; empty for a manifest
    fetched_at TEXT,  -- time of the list shown; NULL for a manifest
    checked_at TEXT,  -- time of the last try; NULL: it was never asked
    outcome TEXT NOT NULL,  -- what the last try came to, in one word
    message TEXT NOT NULL,  -- what happened and what to do about it; may be empty
    complete INTEGER NOT NULL,  -- 1: every page of every listing route is there
    models INTEGER NOT NULL,  -- how many models the list has
    pages TEXT NOT NULL  -- JSON array: what was asked, the page's SHA-256, its address and time
) STRICT;

-- One model as one provider serves it.
CREATE TABLE model (
    place INTEGER PRIMARY KEY,  -- place in the default order: recommended, newest, id; from 1
    id TEXT NOT NULL,  -- provider/native-id
    provider TEXT NOT NULL COLLATE NOCASE,
    native_id TEXT NOT NULL,  -- the string the provider wants, untouched
    name TEXT COLLATE NOCASE,
    base TEXT COLLATE NOCASE,  -- the model as its lab released it: lab/name
    lab TEXT COLLATE NOCASE,  -- who made it
    family TEXT COLLATE NOCASE,
    kind TEXT,  -- chat, completion, embedding, rerank, image, video, audio, …
    context_window INTEGER,  -- tokens of prompt and output together
    max_output INTEGER,  -- tokens of the answer
    input_modalities TEXT,  -- joined by commas, in the order text,image,audio,video,pdf,embedding
    output_modalities TEXT,  -- likewise
    tools INTEGER,  -- 1 yes, 0 no, NULL unknown; so are the next six
    structured_output INTEGER,
    json_mode INTEGER,
    vision INTEGER,
    streaming INTEGER,
    prompt_caching INTEGER,
    batch INTEGER,
    reasoning TEXT,  -- none, fixed, configurable
    open_weights INTEGER,  -- 1 yes, 0 no, NULL unknown
    knowledge_cutoff TEXT,  -- year, month or day, as exact as it was stated
    released TEXT,  -- day the lab released it
    created TEXT,  -- time of the provider's own record
    price TEXT,  -- JSON object: exact USD as decimal strings, tokens per million, other units per one
    price_tier TEXT,  -- free, budget, standard, pro, premium; NULL also where the price varies
    price_input INTEGER,  -- micro-USD per million input tokens, rounded: to sort and compare only
    price_output INTEGER,  -- likewise, output tokens
    price_cache_read INTEGER,  -- likewise, input tokens read from a cache
    endpoints TEXT,  -- JSON array: backends behind an aggregator
    aliases TEXT,  -- JSON array: other native ids of the same model
    lifecycle TEXT,  -- active, stale, deprecated, removed
    retires_on TEXT,  -- announced day of retirement
    successor TEXT,  -- native id, as the provider names it
    quantization TEXT,
    access TEXT,  -- callable, not-callable, uncatalogued; NULL: not known
    access_note TEXT,  -- why it cannot be called under this id, or what calling it takes
    hugging_face_id TEXT,
    first_seen TEXT,  -- time of the first listing that held it; NULL: never listed
    last_seen TEXT,  -- time of the newest listing that held it
    tier TEXT,  -- how the list that holds it was come by: live, live-with-key, manifest
    recommended INTEGER NOT NULL,  -- 1: the one to start with at its provider
    newest TEXT,  -- released, or else created to the second: what "newest first" sorts by
    maybe_chat INTEGER NOT NULL,  -- 1: kind is chat or unknown, so a plain list shows it
    callable INTEGER NOT NULL,  -- 1: a listing with callable = 1 opens it
    provenance INTEGER NOT NULL REFERENCES provenance (id)
) STRICT;

-- Where facts come from. Models whose facts have the same sources share a row.
CREATE TABLE provenance (
    id INTEGER PRIMARY KEY,
    sources TEXT NOT NULL  -- JSON object: field → {source, evidence, observed_at}
) STRICT;

-- Witnesses whose claims lost, each once.
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,  -- override, observed, api, knowledge, heuristic
    evidence TEXT NOT NULL,  -- an address, a dataset with its version, a rule's name
    observed_at TEXT NOT NULL  -- time at which it was seen
) STRICT;

-- Claims that did not become facts.
CREATE TABLE losing (
    model INTEGER PRIMARY KEY REFERENCES model (place),
    claims TEXT NOT NULL  -- JSON array of [field, value, evidence.id, why another one won]
) STRICT;

-- Which models a connection opens.
CREATE TABLE opened (
    listing INTEGER NOT NULL REFERENCES listing (id),
    model INTEGER NOT NULL REFERENCES model (place),
    PRIMARY KEY (listing, model)
) STRICT, WITHOUT ROWID;

-- Other native ids, one row each.
CREATE TABLE alias (
    alias TEXT NOT NULL,
    model INTEGER NOT NULL REFERENCES model (place),
    PRIMARY KEY (alias, model)
) STRICT, WITHOUT ROWID;

-- Short names: a stretch of time in which one led to one model. None is ever taken out.
CREATE TABLE alias_span (
    alias TEXT NOT NULL,
    id TEXT NOT NULL,  -- provider/native-id, listed or not
    since TEXT NOT NULL,  -- time
    until TEXT,  -- time; NULL while it leads there
    PRIMARY KEY (alias, since)
) STRICT, WITHOUT ROWID;

-- The shortlist as it was when the catalog was published: what is on it keeps its place for a while.
CREATE TABLE pick (
    bucket TEXT NOT NULL,  -- coding, reasoning, chat, fast, vision, image
    place INTEGER NOT NULL,  -- 1: the best
    id TEXT NOT NULL,  -- provider/native-id
    PRIMARY KEY (bucket, place)
) STRICT, WITHOUT ROWID;

-- Words of a model; rowid is model.place. It keeps no text: join model to read.
-- joined is the native id with "-", ".", "_" and ":" taken out, so that gpt4o finds gpt-4o; each of its
-- words has U+E000 before it.
CREATE VIRTUAL TABLE search USING fts5 (
    id, name, lab, family, base, aliases, joined,
    content = '', columnsize = 0, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2'
);

-- What is remembered of a provider's lists from one to the next.
CREATE TABLE remembering (
    provider TEXT PRIMARY KEY,
    connection TEXT NOT NULL,  -- whose lists they were
    counted_at TEXT  -- time of the newest complete list; NULL: there was none
) STRICT, WITHOUT ROWID;

-- Every model that was ever listed, those that are gone too.
CREATE TABLE remembered (
    id TEXT PRIMARY KEY,  -- provider/native-id
    provider TEXT NOT NULL,
    state TEXT NOT NULL  -- JSON object: first_seen, last_seen, lifecycle, missing_since, tombstone, …
) STRICT, WITHOUT ROWID;

-- A model that is listed no more, with its last facts.
CREATE TABLE tombstone (
    id TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    document TEXT NOT NULL  -- JSON object: the model as it was shown last
) STRICT, WITHOUT ROWID;

-- A list that was set aside because it looks wrong.
CREATE TABLE held (
    connection TEXT PRIMARY KEY,
    provider TEXT NOT NULL,
    listing TEXT NOT NULL  -- JSON object: why, since when, what it would change, its pages
) STRICT, WITHOUT ROWID;

-- From one list of a provider to the next: where changes were found.
CREATE TABLE step (
    id INTEGER PRIMARY KEY,
    provider TEXT NOT NULL,
    at TEXT NOT NULL,  -- time at which the newer list was fetched
    before TEXT NOT NULL,  -- SHA-256 of the earlier catalog
    snapshot TEXT NOT NULL  -- SHA-256 of the newer list
) STRICT;

-- Ids that changes are about, each once.
CREATE TABLE subject (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
) STRICT;

-- One field of one model that differs between two lists; oldest first.
CREATE TABLE change (
    id INTEGER PRIMARY KEY,
    step INTEGER NOT NULL REFERENCES step (id),
    subject INTEGER NOT NULL REFERENCES subject (id),
    kind TEXT NOT NULL,  -- added, missing, returned, price, limit, …
    field TEXT NOT NULL,
    old TEXT NOT NULL,  -- JSON: amounts as decimal text; null is unknown, or not there
    new TEXT NOT NULL,
    source TEXT  -- who says so; NULL: not known
) STRICT;

-- A model as the JSON that is promised outside, but for `available`, which depends on the user.
CREATE VIEW model_json AS
SELECT
    place,
    id,
    provider,
    json_object(
        'id', id,
        'provider', provider,
        'native_id', native_id,
        'name', name,
        'base', base,
        'lab', lab,
        'family', family,
        'kind', kind,
        'context_window', context_window,
        'max_output', max_output,
        'input_modalities', json(CASE input_modalities WHEN '' THEN '[]'
            ELSE '["' || replace(input_modalities, ',', '","') || '"]' END),
        'output_modalities', json(CASE output_modalities WHEN '' THEN '[]'
            ELSE '["' || replace(output_modalities, ',', '","') || '"]' END),
        'tools', json(iif(tools, 'true', iif(tools = 0, 'false', NULL))),
        'structured_output',
        json(iif(structured_output, 'true', iif(structured_output = 0, 'false', NULL))),
        'json_mode', json(iif(json_mode, 'true', iif(json_mode = 0, 'false', NULL))),
        'vision', json(iif(vision, 'true', iif(vision = 0, 'false', NULL))),
        'streaming', json(iif(streaming, 'true', iif(streaming = 0, 'false', NULL))),
        'prompt_caching', json(iif(prompt_caching, 'true', iif(prompt_caching = 0, 'false', NULL))),
        'batch', json(iif(batch, 'true', iif(batch = 0, 'false', NULL))),
        'reasoning', reasoning,
        'open_weights', json(iif(open_weights, 'true', iif(open_weights = 0, 'false', NULL))),
        'knowledge_cutoff', knowledge_cutoff,
        'released', released,
        'created', created,
        'price', json(price),
        'price_tier', price_tier,
        'endpoints', json(endpoints),
        'aliases', json(aliases),
        'lifecycle', lifecycle,
        'retires_on', retires_on,
        'successor', successor,
        'quantization', quantization,
        'access', access,
        'access_note', access_note,
        'hugging_face_id', hugging_face_id,
        'first_seen', first_seen,
        'last_seen', last_seen,
        'tier', tier,
        'recommended', json(iif(recommended, 'true', 'false')),
        'sources', json((SELECT sources FROM provenance WHERE provenance.id = model.provenance))
    ) AS document
FROM model;
