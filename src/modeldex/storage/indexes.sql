-- Made after the rows are in. Rows of equal keys come in the order of model.place, which is the
-- default order, so each of these serves a filtered list without sorting.
CREATE UNIQUE INDEX model_id ON model (id);
CREATE INDEX alias_span_id ON alias_span (id);
CREATE INDEX model_native_id ON model (native_id);
CREATE INDEX model_maybe_chat ON model (maybe_chat);
CREATE INDEX model_provider ON model (provider);
CREATE INDEX model_provider_chat ON model (provider, maybe_chat);
CREATE INDEX model_callable ON model (callable);
CREATE INDEX model_callable_chat ON model (callable, maybe_chat);
CREATE INDEX model_lab ON model (lab, maybe_chat);
CREATE INDEX model_family ON model (family, maybe_chat);
CREATE INDEX model_base ON model (base, maybe_chat);
CREATE INDEX model_price ON model (maybe_chat, price_input, id);
CREATE INDEX model_context ON model (maybe_chat, context_window DESC, id);
