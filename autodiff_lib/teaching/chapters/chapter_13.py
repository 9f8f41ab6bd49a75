from autodiff_lib.teaching.predictions import Prediction
PREDICTIONS=[]
EXERCISES=[]
