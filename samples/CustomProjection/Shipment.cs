using System.Collections.Immutable;

namespace ColdChain;

/// <summary>The state of one shipment: what its receipts say so far.</summary>
internal sealed record Shipment
{
    public static Shipment None { get; } = new();

    public string Product { get; init; } = "";

    /// <summary>The carrier whose identity signs the readings.</summary>
    public string CarrierIdentityId { get; init; } = "";

    public double MinCelsius { get; init; }

    public double MaxCelsius { get; init; }

    public ImmutableList<Reading> Readings { get; init; } = [];

    public string? DeliveredTo { get; init; }

    public bool IsDispatched => Product.Length > 0;

    public bool IsDelivered => DeliveredTo is not null;

    public bool IsBroken => Readings.Exists(reading => reading.Celsius < MinCelsius || reading.Celsius > MaxCelsius);
}

/// <summary>One temperature, by the sensor's own clock.</summary>
internal readonly record struct Reading(string At, double Celsius);
