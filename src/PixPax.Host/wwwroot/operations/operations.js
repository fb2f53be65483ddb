// The endpoints, by name.
import { get } from '/album/files/api.js';

export const getOverview = async () => (await get('/v1/admin/overview')).json();

export const getStreams = async (cursor, limit) => (await get(`/v1/admin/streams?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`)).json();

export const checkStream = async (prefix) => (await get(`/v1/admin/streams/check?prefix=${encodeURIComponent(prefix)}`)).json();
