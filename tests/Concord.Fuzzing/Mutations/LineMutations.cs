namespace Concord.Fuzzing.Mutations;

/// <summary>Changes a file of lines, each of them JSON, perhaps behind a word and a space: a bundle, a key history, a folder.</summary>
internal static class LineMutations
{
    /// <summary>Changes lines, or what stands in them; often hashes and signs anew what was changed, so that only the change can tell.</summary>
    public static byte[] Mutate(byte[] input, byte[] other, Random random)
    {
        if (random.Next(12) == 0)
            return ByteMutations.Mutate(input, other, random);
        var lines = Split(input);
        for (var changes = 1 + random.Next(2); changes > 0; changes--)
            Change(lines, Split(other), random);
        if (random.Next(4) > 0)
            Resealing.Reseal(lines);
        return Join(lines);
    }

    /// <summary>Cuts at line feeds; the last part is what stands behind the last of them.</summary>
    public static List<byte[]> Split(byte[] input)
    {
        var lines = new List<byte[]>();
        for (var start = 0; ;)
        {
            var end = Array.IndexOf(input, (byte)'\n', start);
            lines.Add(end < 0 ? input[start..] : input[start..end]);
            if (end < 0)
                return lines;
            start = end + 1;
        }
    }

    /// <summary>Puts lines together again.</summary>
    public static byte[] Join(List<byte[]> lines)
    {
        using var joined = new MemoryStream();
        for (var i = 0; i < lines.Count; i++)
        {
            joined.Write(lines[i]);
            if (i < lines.Count - 1)
                joined.WriteByte((byte)'\n');
        }
        return joined.ToArray();
    }

    /// <summary>Where the JSON of a line begins: behind the first space, if the line begins with a word.</summary>
    public static int JsonStart(byte[] line) => line is [(byte)'{' or (byte)'[', ..] ? 0 : Array.IndexOf(line, (byte)' ') + 1;

    private static void Change(List<byte[]> lines, List<byte[]> others, Random random)
    {
        var i = random.Next(lines.Count);
        var j = random.Next(lines.Count);
        var foreign = others[random.Next(others.Count)];
        switch (random.Next(12))
        {
            case 0 when lines.Count > 1:
                lines.RemoveAt(i);
                break;
            case 1:
                lines.Insert(j, lines[i]);
                break;
            case 2:
                (lines[i], lines[j]) = (lines[j], lines[i]);
                break;
            case 3:
                lines.Insert(i, foreign);
                break;
            case 4:
                lines[i] = foreign;
                break;
            case 5:
                lines[i] = ByteMutations.Mutate(lines[i], foreign, random);
                break;
            default:
                var start = JsonStart(lines[i]);
                lines[i] = [.. lines[i][..start], .. JsonMutations.Mutate(lines[i][start..], foreign[JsonStart(foreign)..], random)];
                break;
        }
    }
}
