using Concord.Storage.Spaces;

namespace PixPax.Host.Platform.Configuration;

/// <summary>Reads the section <c>PixPax:Spaces</c>: where the bucket is, and with which key. What it leaves out has a default that works.</summary>
internal static class SpacesSettings
{
    public static SpacesOptions Read(SettingsReader section)
    {
        var options = new SpacesOptions
        {
            Region = section.Text(nameof(SpacesOptions.Region), SpacesOptions.DefaultRegion),
            Bucket = section.OptionalText(nameof(SpacesOptions.Bucket)) ?? "",
            Prefix = section.OptionalText(nameof(SpacesOptions.Prefix)) ?? "",
            AccessKeyId = section.OptionalText(nameof(SpacesOptions.AccessKeyId)),
            SecretAccessKey = section.OptionalText(nameof(SpacesOptions.SecretAccessKey)),
            Endpoint = section.OptionalText(nameof(SpacesOptions.Endpoint)) is { } address ? new Uri(address, UriKind.RelativeOrAbsolute) : null,
        };
        foreach (var fault in options.Faults()) section.Refuse(fault);
        section.RefuseUnknown();
        return options;
    }
}
