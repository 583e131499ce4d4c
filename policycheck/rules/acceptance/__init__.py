"""What a project has accepted: waivers and the baseline. Neither may hide anything for ever."""
