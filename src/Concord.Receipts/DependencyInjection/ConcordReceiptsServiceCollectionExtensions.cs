using Concord.Receipts.Signing;
using Concord.Receipts.Storage;
using Concord.Receipts.Streams;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the receipts SDK.</summary>
public static class ConcordReceiptsServiceCollectionExtensions
{
    /// <summary>
    /// Registers <see cref="ReceiptStreams"/> and <see cref="ReceiptAppender"/> as singletons. The caller registers what they stand
    /// on: an <see cref="IObjectStore"/> and an <see cref="IReceiptSigners"/>; and, if it likes, a
    /// <see cref="Concord.Receipts.Projections.IProjection"/>, a <see cref="TimeProvider"/> and <see cref="ReceiptStreamsOptions"/>.
    /// </summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Changes the options.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddConcordReceipts(this IServiceCollection services, Action<ReceiptAppenderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new ReceiptStreams(
            provider.GetRequiredService<IObjectStore>(), provider.GetService<ReceiptStreamsOptions>()));
        services.TryAddSingleton(provider =>
        {
            var options = new ReceiptAppenderOptions
            {
                TimeProvider = provider.GetService<TimeProvider>() ?? TimeProvider.System,
                Projection = provider.GetService<Concord.Receipts.Projections.IProjection>(),
            };
            configure?.Invoke(options);
            return new ReceiptAppender(provider.GetRequiredService<ReceiptStreams>(), provider.GetRequiredService<IReceiptSigners>(), options);
        });
        return services;
    }
}
