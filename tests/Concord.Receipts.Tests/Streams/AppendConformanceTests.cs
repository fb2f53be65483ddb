using Concord.Receipts.Storage;
using Concord.Receipts.Tests.Storage;
using Concord.Testing;

namespace Concord.Receipts.Tests.Streams;

public sealed class MemoryAppendConformanceTests : AppendConformance
{
    protected override bool IsExhaustive => Environment.GetEnvironmentVariable("CONCORD_LONG") == "1";

    protected override ValueTask<IObjectStore> OpenAsync() => new(new MemoryObjectStore());
}
