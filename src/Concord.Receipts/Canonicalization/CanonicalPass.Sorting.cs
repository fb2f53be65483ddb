namespace Concord.Receipts.Canonicalization;

/// <content>Sorting: written out because the sorts of the base library turn a comparer into a delegate, which allocates.</content>
internal ref partial struct CanonicalPass
{
    const int InsertionRun = 12;

    // A bottom-up merge sort over runs sorted by insertion: n log n at worst, and an object of a few members is one run.
    readonly void Sort(Span<Member> members, Span<Member> spare)
    {
        for (int start = 0; start < members.Length; start += InsertionRun)
            InsertionSort(members.Slice(start, Math.Min(InsertionRun, members.Length - start)));

        Span<Member> from = members;
        Span<Member> to = spare;
        for (long width = InsertionRun; width < members.Length; width *= 2)
        {
            for (long start = 0; start < members.Length; start += 2 * width)
            {
                int middle = (int)Math.Min(start + width, members.Length);
                int end = (int)Math.Min(start + (2 * width), members.Length);
                Merge(from[(int)start..middle], from[middle..end], to[(int)start..end]);
            }

            Span<Member> sorted = to;
            to = from;
            from = sorted;
        }

        if (from != members)
            from.CopyTo(members);
    }

    readonly void InsertionSort(Span<Member> members)
    {
        for (int i = 1; i < members.Length; i++)
        {
            if (Compare(members[i - 1], members[i]) <= 0)
                continue;

            Member moving = members[i];
            int hole = i;
            do
            {
                members[hole] = members[hole - 1];
                hole--;
            }
            while (hole > 0 && Compare(members[hole - 1], moving) > 0);
            members[hole] = moving;
        }
    }

    readonly void Merge(ReadOnlySpan<Member> left, ReadOnlySpan<Member> right, Span<Member> merged)
    {
        int l = 0;
        int r = 0;
        while (l < left.Length && r < right.Length)
            merged[l + r] = Compare(left[l], right[r]) <= 0 ? left[l++] : right[r++];
        left[l..].CopyTo(merged[(l + r)..]);
        right[r..].CopyTo(merged[(left.Length + r)..]);
    }
}
