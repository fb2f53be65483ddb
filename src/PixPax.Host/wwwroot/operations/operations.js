// The endpoints, by name.
import { getJson } from '/album/files/api.js';

export const getOverview = () => getJson('/v1/admin/overview');

export const getStreams = (cursor, limit) => getJson(`/v1/admin/streams?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

export const checkStream = (prefix) => getJson(`/v1/admin/streams/check?prefix=${encodeURIComponent(prefix)}`);
