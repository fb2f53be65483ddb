using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Configuration;

/// <summary>Reads one section strictly and remembers which keys it was asked for, and every fault, to report them at once.</summary>
internal sealed class SettingsReader
{
    private readonly IConfigurationSection _section;
    private readonly List<string> _faults;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public SettingsReader(IConfigurationSection section) : this(section, [])
    {
    }

    private SettingsReader(IConfigurationSection section, List<string> faults) => (_section, _faults) = (section, faults);

    /// <summary>A section below this one, whose faults are told with this one's.</summary>
    public SettingsReader Section(string key) => new(_section.GetSection(key), _faults);

    /// <summary>One of the names of <typeparamref name="T"/>; its first value is the default.</summary>
    public T Choice<T>(string key, params T[] available) where T : struct, Enum
    {
        var text = Scalar(key);
        if (text is null) return default;

        // By name: Enum.TryParse alone would also take "1" and "Files,Spaces".
        var names = Enum.GetNames<T>();
        var index = Array.FindIndex(names, name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        if (index < 0)
        {
            Fault(key, text, $"is not known. Use one of: {string.Join(", ", names)}.");
            return default;
        }

        var value = Enum.Parse<T>(names[index]);
        if (!available.Contains(value))
            Fault(key, text, $"is not available in this version. Use: {string.Join(", ", available)}.");
        return value;
    }

    public string Text(string key, string fallback)
    {
        var text = Scalar(key);
        if (text is null) return fallback;
        if (!string.IsNullOrWhiteSpace(text) && !text.Contains('\0')) return text;

        Fault(key, text, $"is empty. Give a value, or leave the setting out for {fallback}.");
        return fallback;
    }

    /// <summary>A text that may be missing.</summary>
    public string? Optional(string key) => Scalar(key) is { Length: > 0 } text ? text : null;

    /// <summary>A fault that somebody else has found, as a sentence that begins with the setting's name.</summary>
    public void Refuse(string fault) => _faults.Add($"{_section.Path}:{fault}");

    public IReadOnlyList<string> UserIds(string key)
    {
        _known.Add(key);
        var list = _section.GetSection(key);
        if (!string.IsNullOrEmpty(list.Value))
        {
            Fault(key, list.Value,
                $"is a list. Give each user id its own number: {_section.Path}:{key}:0 (in the environment {_section.Path}__{key}__0).");
        }

        var ids = new List<string>();
        foreach (var item in list.GetChildren())
        {
            if (RequestErrors.IsId(item.Value)) ids.Add(item.Value);
            else Fault($"{key}:{item.Key}", item.Value, "is not a user id. Use 1 to 64 letters, digits, '-' or '_'.");
        }

        return ids;
    }

    /// <summary>Whatever nobody asked for and is not a section of a later choice is a mistake.</summary>
    public void RefuseUnknown(params string[] sections)
    {
        var known = _known.Order(StringComparer.Ordinal).ToArray();
        foreach (var child in _section.GetChildren())
        {
            if (_known.Contains(child.Key) || sections.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) continue;
            _faults.Add($"{child.Path} is not a setting. The settings are: {string.Join(", ", known)}.");
        }
    }

    public void RefuseInProduction<T>(string key, T value) where T : struct, Enum =>
        Fault(key, value.ToString(),
            "is for development and does not run in the Production environment. "
            + "Choose another value, or set ASPNETCORE_ENVIRONMENT=Development on a machine of your own.");

    public void ThrowIfFaulty()
    {
        if (_faults.Count > 0) throw new StartupRefusedException(_faults);
    }

    private string? Scalar(string key)
    {
        _known.Add(key);
        var child = _section.GetSection(key);
        if (child.GetChildren().Any())
        {
            _faults.Add($"{child.Path} is one value, not a list or a _section.");
            return null;
        }

        return child.Value;
    }

    private void Fault(string key, string? value, string what) => _faults.Add($"{_section.Path}:{key} = \"{value}\" {what}");
}
