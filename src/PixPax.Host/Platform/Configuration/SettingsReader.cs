using PixPax.Host.Platform.Requests;

namespace PixPax.Host.Platform.Configuration;

/// <summary>Reads one section strictly and remembers which keys it was asked for, and every fault, to report them at once.</summary>
internal sealed class SettingsReader
{
    private readonly IConfigurationSection _section;
    private readonly List<string> _faults;
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    public SettingsReader(IConfigurationSection section)
        : this(section, [])
    {
    }

    private SettingsReader(IConfigurationSection section, List<string> faults) => (_section, _faults) = (section, faults);

    /// <summary>A section within this one. Its faults are told with all others.</summary>
    public SettingsReader Section(string key)
    {
        _known.Add(key);
        if (!string.IsNullOrEmpty(_section.GetSection(key).Value))
            Fault(key, _section.GetSection(key).Value, "is a section, not one value.");
        return new SettingsReader(_section.GetSection(key), _faults);
    }

    /// <summary>A value of a form of its own.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="fallback">What it is when it is left out.</param>
    /// <param name="parse">Returns null for what is not of that form.</param>
    /// <param name="wanted">The form, as a sentence for the person who sets it.</param>
    public T Value<T>(string key, T fallback, Func<string, T?> parse, string wanted) where T : struct
    {
        if (Scalar(key) is not { } text) return fallback;
        if (parse(text) is { } value) return value;

        Fault(key, text, wanted);
        return fallback;
    }

    /// <summary>The same for what may be left out altogether.</summary>
    public T? Optional<T>(string key, Func<string, T?> parse, string wanted) where T : class
    {
        if (Scalar(key) is not { } text) return null;
        var value = parse(text);
        if (value is null) Fault(key, text, wanted);
        return value;
    }

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
    public string? OptionalText(string key) => Scalar(key) is { Length: > 0 } text ? text : null;

    /// <summary>A fault that somebody else has found, as a sentence that begins with the setting's name.</summary>
    public void Refuse(string fault) => _faults.Add($"{_section.Path}:{fault}");

    public IReadOnlyList<string> UserIds(string key) =>
        List(key, "user id", text => RequestErrors.IsId(text) ? text : null, "is not a user id. Use 1 to 64 letters, digits, '-' or '_'.");

    /// <summary>Whether anything is said of a key: a section that is left out altogether is no choice.</summary>
    public bool Has(string key) => _section.GetSection(key).Exists();

    /// <summary>Secrets: a list, or the lines of a file. No fault says what stands in them.</summary>
    /// <param name="key">The list.</param>
    /// <param name="fileKey">The setting that names the file instead.</param>
    /// <param name="faultOf">What is wrong with one, as the end of a sentence; null when nothing is.</param>
    public IReadOnlyList<string> Secrets(string key, string fileKey, Func<string, string?> faultOf)
    {
        _known.Add(key);
        var list = _section.GetSection(key);
        if (!string.IsNullOrEmpty(list.Value)) Refuse($"{key} is a list. Give each secret its own number: {list.Path}:0 (in the environment {list.Path.Replace(":", "__", StringComparison.Ordinal)}__0).");
        var secrets = list.GetChildren().Select(item => (Name: $"{key}:{item.Key}", Value: item.Value ?? "")).ToList();
        if (OptionalText(fileKey) is { } file)
        {
            if (secrets.Count > 0) Refuse($"{key} and {fileKey} are both given. Give one of them.");
            try
            {
                secrets.AddRange(File.ReadLines(file).Where(line => line.Length > 0).Select((line, index) => ($"{fileKey}, line {index + 1},", line)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                Refuse($"{fileKey} = \"{file}\" cannot be read: {exception.Message}");
                return [];
            }
        }

        if (secrets.Count == 0) Refuse($"{key} is missing. Give the secret under {list.Path}:0, in the environment, or in a file that {fileKey} names; the newest first.");
        foreach (var (name, value) in secrets)
        {
            if (faultOf(value) is { } fault) Refuse($"{name} {fault}");
        }

        return [.. secrets.Select(secret => secret.Value)];
    }

    /// <summary>A list, each item under a number of its own.</summary>
    public IReadOnlyList<T> List<T>(string key, string what, Func<string, T?> parse, string wanted) where T : class
    {
        _known.Add(key);
        var list = _section.GetSection(key);
        if (!string.IsNullOrEmpty(list.Value))
        {
            Fault(key, list.Value,
                $"is a list. Give each {what} its own number: {_section.Path}:{key}:0 (in the environment {list.Path.Replace(":", "__", StringComparison.Ordinal)}__0).");
        }

        var items = new List<T>();
        foreach (var item in list.GetChildren())
        {
            if (item.Value is { } text && parse(text) is { } value) items.Add(value);
            else Fault($"{key}:{item.Key}", item.Value, wanted);
        }

        return items;
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
