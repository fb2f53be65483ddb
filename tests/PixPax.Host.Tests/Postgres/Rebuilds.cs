using Concord.Projections.Postgres.Reading;
using Concord.Projections.Postgres.Rebuilding;
using Concord.Receipts.Storage;
using Concord.Receipts.Verification;
using PixPax.Host.Platform.Projection.Postgres;
using PixPax.Host.Platform.Receipts;
using PixPax.Host.Tests.EndToEnd;
using PixPax.Host.Tests.Postgres.Server;

namespace PixPax.Host.Tests.Postgres;

/// <summary>Rebuilds and comparisons of a database with a data folder, by nobody's host.</summary>
internal static class Rebuilds
{
    public static ReceiptSource SourceOf(IObjectStore store) => new(
        store, PixPaxStreams.Root, PixPaxStreams.PlatformKeys.CommonPrefix, PixPaxStreams.Identity.CommonPrefix, IssuerPolicy.Parse(PixPaxPolicy.Json.ToArray()));

    public static ProjectionRebuild Of(IObjectStore store, TestDatabase database, RebuildOptions? options = null) => new(database.Projection, PixPaxTables.Model, SourceOf(store), options);

    public static ProjectionRebuild Of(DataFolder data, TestDatabase database) => Of(data.Store, database);

    public static Task<RebuildReport> CompareAsync(DataFolder data, TestDatabase database) => Of(data, database).CompareAsync();
}
